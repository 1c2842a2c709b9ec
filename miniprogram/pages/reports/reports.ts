import { page } from "../../lib/page"; page("reports", {}, {});
