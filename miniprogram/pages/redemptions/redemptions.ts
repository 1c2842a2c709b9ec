import { page } from "../../lib/page"; page("redemptions", {}, {});
