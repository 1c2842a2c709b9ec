import { page } from "../../lib/page"; page("consents", {}, {});
