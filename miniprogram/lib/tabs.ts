// The tab bar in the language that was chosen; app.json can name its tabs in one language only.
import { t } from "./texts";

export function nameTabs(): void {
  const names = [t("mini.tab.scan"), t("mini.tab.actions"), t("mini.tab.rewards"), t("mini.tab.account")];
  names.forEach((text, index) => wx.setTabBarItem({ index, text, fail: () => undefined }));
}
