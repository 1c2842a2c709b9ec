import { page } from "../../lib/page"; page("teams", {}, {});
