// Documents of an event: what is on file, and sending another with its progress.
import { Refused, Unreachable } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { told } from "./refusal.js";
import { SignedOut } from "../shared/session.js";
import { upload } from "../shared/upload.js";
import { momentOf, plain, t } from "../shared/i18n.js";

const KB = 1000;

export async function readDocuments(desk) {
  const { items } = await desk.ask(desk.path("/documents"));
  byId("documents").replaceChildren(...(items.length ? items.map((each) => row(desk, each)) : [h("li", { class: "note" }, t("organiser.documents.none"))]));
}

function row(desk, each) {
  const button = h("button", { class: "button tiny", type: "button" }, t("organiser.download"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      save(await fetchFile(desk.session, desk.path(`/documents/${each.id}`), "application/octet-stream"), each.name);
    } catch (error) {
      tell(byId("document-told"), told(error));
    } finally {
      button.disabled = false;
    }
  });
  return h("li", { class: "entry", "data-document": each.kind }, h("div", {}, h("p", { class: "entry-name" }, each.name), h("small", {}, `${t(`document.${each.kind}`)} · ${plain(Math.ceil(each.bytes / KB))} kB · ${momentOf(each.at)}`)), h("div", { class: "entry-buttons" }, button));
}

export function startDocuments(desk) {
  byId("document-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const file = byId("document-file").files[0];
    const progress = byId("document-progress");
    const query = new URLSearchParams({ kind: byId("document-kind").value, name: file.name });
    byId("document-send").disabled = true;
    progress.hidden = false;
    tell(byId("document-told"), t("organiser.sending"));
    try {
      await upload(desk.session, desk.path(`/documents?${query}`), file, (share) => (progress.value = share));
      byId("document-form").reset();
      tell(byId("document-told"), t("organiser.documents.sent", { name: file.name }));
      await readDocuments(desk);
    } catch (error) {
      if (error instanceof SignedOut) desk.guard(() => Promise.reject(error));
      else if (error instanceof Refused || error instanceof Unreachable) tell(byId("document-told"), told(error));
      else throw error;
    } finally {
      byId("document-send").disabled = false;
      progress.hidden = true;
    }
  });
}
