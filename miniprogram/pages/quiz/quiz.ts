import { page } from "../../lib/page"; page("quiz", {}, {});
