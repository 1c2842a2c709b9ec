import { page } from "../../lib/page"; page("scene", {}, {});
