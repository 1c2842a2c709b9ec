// The texts of the organisers' pages, told to the words before anything asks for them.
import "../shared/venue_texts.js";
import TEXTS from "../../account_texts.js";
import DESK from "../../organiser_desk_texts.js";
import MORE from "../../organiser_texts.js";
import { addTexts } from "../shared/i18n.js";

addTexts(TEXTS);
addTexts(MORE);
addTexts(DESK);
