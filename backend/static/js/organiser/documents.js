// Documents of an event: those on file, and sending another with its progress.
import { byId, h, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { lineOf, onDownload, onSend } from "./submit_form.js";
import { showRows } from "../shared/lazy_section.js";
import { upload } from "../shared/upload.js";
import { momentOf, plain, t } from "../shared/i18n.js";

const KB = 1000;

export async function readDocuments(/** @type {Desk} */ desk) {
  const { items } = await desk.ask(desk.path("/documents"));
  showRows(byId("documents"), items.map((document) => row(desk, document)), t("organiser.documents.none"));
}

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/documents">} */ document) {
  const button = h("button", { class: "button tiny", type: "button" }, h("span", {}, t("organiser.download")));
  onDownload(desk, button, lineOf(byId("document-told")), () => ({ path: `/documents/${document.id}`, type: "application/octet-stream", name: document.name }));
  return h("li", { class: "entry", "data-document": document.kind }, h("div", {}, h("p", { class: "entry-name" }, document.name), h("small", {}, `${t(`document.${document.kind}`)} · ${plain(Math.ceil(document.bytes / KB))} kB · ${momentOf(document.at)}`)), h("div", { class: "entry-buttons" }, button));
}

export function startDocuments(/** @type {Desk} */ desk) {
  const lines = lineOf(byId("document-told"));
  const send = async () => {
    const [file] = byId("document-file").files ?? [];
    const progress = byId("document-progress");
    const query = new URLSearchParams({ kind: byId("document-kind").value, name: file.name });
    progress.hidden = false;
    tell(lines.said, t("organiser.sending"));
    try {
      await upload(desk.session, desk.path(`/documents?${query}`), file, (share) => (progress.value = share));
      byId("document-form").reset();
      await readDocuments(desk);
      return t("organiser.documents.sent", { name: file.name });
    } finally {
      progress.hidden = true;
    }
  };
  onSend(desk, byId("document-form"), send, { lines, explanation: explain });
}
