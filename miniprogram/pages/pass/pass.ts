import { page } from "../../lib/page"; page("pass", {}, {});
