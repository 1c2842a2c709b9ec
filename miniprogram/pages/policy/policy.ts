import { page } from "../../lib/page"; page("policy", {}, {});
