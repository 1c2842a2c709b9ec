/** A QR code as rows of modules, dark where true. Of uqr only what the mini-program uses. */
export function encode(text: string, options?: { ecc?: "L" | "M" | "Q" | "H"; border?: number }): { size: number; data: boolean[][] };
