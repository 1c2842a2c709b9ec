import { page } from "../../lib/page"; page("voucher", {}, {});
