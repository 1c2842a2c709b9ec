// The texts of a journey told again join the others; imported before anything that speaks of it.
import PHONE_TEXTS from "../../phone_texts.js";
import { addTexts } from "../shared/i18n.js";

addTexts(PHONE_TEXTS);
