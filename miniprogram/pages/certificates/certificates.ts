import { page } from "../../lib/page"; page("certificates", {}, {});
