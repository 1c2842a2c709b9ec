import { page } from "../../lib/page"; page("rewards", {}, {});
