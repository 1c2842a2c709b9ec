// The account page's texts join the others; imported before anything that speaks.
import ACCOUNT_TEXTS from "../../account_texts.js";
import { addTexts } from "../shared/i18n.js";

addTexts(ACCOUNT_TEXTS);
