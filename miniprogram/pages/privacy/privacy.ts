import { page } from "../../lib/page"; page("privacy", {}, {});
