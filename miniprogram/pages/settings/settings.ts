import { page } from "../../lib/page"; page("settings", {}, {});
