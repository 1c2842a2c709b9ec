import { page } from "../../lib/page"; page("action", {}, {});
