import { page } from "../../lib/page"; page("actions", {}, {});
