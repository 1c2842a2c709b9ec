import { page } from "../../lib/page"; page("points", {}, {});
