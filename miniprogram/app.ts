// The mini-program of Tianfu Carbon: opened by a badge's code, a mini-program code or a link, or by itself.
import { watchPrivacy } from "./lib/privacy";
import { forgetFiles } from "./lib/store";
import { nameTabs } from "./lib/tabs";

App({
  onLaunch() {
    forgetFiles();
    watchPrivacy();
    nameTabs();
  },
});
