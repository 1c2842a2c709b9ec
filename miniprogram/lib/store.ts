// What the phone keeps between two visits.
export function recall<T>(key: string): T | null {
  const found = wx.getStorageSync(key);
  return found === "" || found === undefined ? null : (found as T);
}

export const keep = (key: string, value: unknown): void => wx.setStorageSync(key, value);

/** Files that were fetched to be shared or saved: a copy of everything that is known of the citizen among them. */
export function forgetFiles(): void {
  const files = wx.getFileSystemManager();
  const folder = wx.env.USER_DATA_PATH;
  files.readdir({ dirPath: folder, success: ({ files: names }) => names.forEach((name) => files.unlink({ filePath: `${folder}/${name}`, fail: () => undefined })), fail: () => undefined });
}

export const forget = (key: string): void => wx.removeStorageSync(key);
