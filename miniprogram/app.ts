// The mini-program of Tianfu Carbon: opened by a badge's code, a mini-program code or a link, or by itself.
import { watchPrivacy } from "./lib/privacy";
import { nameTabs } from "./lib/tabs";

App({
  onLaunch() {
    watchPrivacy();
    nameTabs();
  },
});
