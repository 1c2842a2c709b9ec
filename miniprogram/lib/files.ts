// Files of the citizen: fetched with their session, then shown, shared or saved.
import { SERVER } from "../config";
import { Refused } from "./client";
import { withToken } from "./session";

/** Fetch a file of the signed-in citizen. The path it is kept at lasts while the mini-program runs. */
export const fetchFile = (path: string, name: string): Promise<string> =>
  withToken(
    (token) =>
      new Promise((resolve, reject) =>
        wx.downloadFile({
          url: SERVER + path,
          header: token ? { Authorization: `Bearer ${token}` } : {},
          filePath: `${wx.env.USER_DATA_PATH}/${name}`,
          success: ({ statusCode, filePath, tempFilePath }) => (statusCode === 200 ? resolve(filePath ?? tempFilePath) : reject(new Refused(statusCode, statusCode === 401 ? { code: "token_expired" } : {}))),
          fail: () => reject(new Refused(0, { code: "offline" })),
        }),
      ),
  );

/** Hand a file to a chat, from where WeChat opens or saves it. */
export const shareFile = (filePath: string, fileName: string): Promise<void> => new Promise((resolve) => wx.shareFileMessage({ filePath, fileName, complete: () => resolve() }));

/** Keep a picture in the phone's album; false where the citizen does not want that. */
export const savePicture = (filePath: string): Promise<boolean> => new Promise((resolve) => wx.saveImageToPhotosAlbum({ filePath, success: () => resolve(true), fail: () => resolve(false) }));
