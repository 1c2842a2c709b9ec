// The texts of the organisers' pages, told to the words before anything asks for them.
import "./venue_words.js";
import TEXTS from "../account_texts.js";
import DESK from "../organiser_desk_texts.js";
import MORE from "../organiser_texts.js";
import { addTexts } from "./words.js";

addTexts(TEXTS);
addTexts(MORE);
addTexts(DESK);
