import { page } from "../../lib/page"; page("account", {}, {});
