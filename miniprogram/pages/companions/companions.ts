import { page } from "../../lib/page"; page("companions", {}, {});
