import { page } from "../../lib/page"; page("notices", {}, {});
