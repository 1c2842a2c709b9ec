// What the phone keeps between two visits.
export function recall<T>(key: string): T | null {
  const found = wx.getStorageSync(key);
  return found === "" || found === undefined ? null : (found as T);
}

export const keep = (key: string, value: unknown): void => wx.setStorageSync(key, value);

export const forget = (key: string): void => wx.removeStorageSync(key);
