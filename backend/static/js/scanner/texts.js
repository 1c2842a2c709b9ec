// The scanner page's texts join the others; imported before anything that speaks.
import SCANNER_TEXTS from "../../scanner_texts.js";
import { addTexts } from "../shared/i18n.js";

addTexts(SCANNER_TEXTS);
