// Members of an organisation with their duties, and the invitations by which others come.
import { all, byId, h, tell, valuesOf } from "../shared/dom.js";
import { momentOf, t } from "../shared/i18n.js";
import { explainOnce } from "../shared/refusal.js";
import { typedWords } from "../shared/typed_text.js";

/** @typedef {Schema<"OrganisationMemberView">} Member */
/** @typedef {Member["duties"][number]} Duty */
/** @type {Duty[]} */
const DUTIES = ["owner", "editor", "finance", "gate", "reader"];
const wordsOf = (/** @type {Duty[]} */ duties) => duties.map((duty) => t(`organisations.duty.${duty}`)).join(", ");
const checkedIn = (/** @type {Element} */ element) => /** @type {Duty[]} */ ([...element.querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value));

export class People {
  /** @param {{session: import("../shared/session.js").Session, path: () => string, fail: (error: any) => void, mayManage: () => boolean, done: (text?: string) => void}} desk */
  constructor(desk) {
    this.desk = desk;
    byId("org-invite").addEventListener("submit", (/** @type {SubmitEvent} */ submitted) => {
      submitted.preventDefault();
      this.#invite();
    });
  }

  async show() {
    const { session, path, fail, mayManage } = this.desk;
    tell(byId("invite-link"), "");
    byId("invitations-card").hidden = !mayManage();
    try {
      const { items } = await session.ask(/** @type {"/v1/organisations/{code}/members"} */ (`${path()}/members`));
      byId("org-members").replaceChildren(...items.map((member) => this.#member(member)));
      if (mayManage()) await this.#showInvitations();
    } catch (error) {
      fail(error);
    }
  }

  async #showInvitations() {
    const { session, path } = this.desk;
    const { items } = await session.ask(/** @type {"/v1/organisations/{code}/invitations"} */ (`${path()}/invitations`));
    byId("org-invitations").replaceChildren(
      ...items.map((invitation) => {
        const back = h("button", { class: "button tiny", type: "button" }, t("org_desk.invite.withdraw"));
        back.addEventListener("click", () => this.#act(() => session.ask(/** @type {"/v1/organisations/{code}/invitations/{id}/revocation"} */ (`${path()}/invitations/${invitation.id}/revocation`), { method: "POST", body: { reason: t("org_desk.invite.withdraw") } })));
        return h("li", { class: "card" }, h("p", {}, t("org_desk.invite.open", { duties: wordsOf(invitation.duties), by: invitation.created_by, until: momentOf(invitation.expires_at) })), h("div", { class: "buttons" }, back));
      }),
    );
  }

  /** @param {Member} member */
  #member(member) {
    const { session, path, mayManage } = this.desk;
    const to = `${path()}/members/${member.id}`;
    const boxes = h("div", { class: "checks" }, DUTIES.map((duty) => h("label", { class: "check" }, h("input", { type: "checkbox", value: duty, checked: member.duties.includes(duty) }), h("span", {}, t(`organisations.duty.${duty}`)))));
    const save = h("button", { class: "button tiny", type: "button", "data-save": member.username }, t("org_desk.member.save"));
    save.addEventListener("click", () => {
      const duties = checkedIn(boxes);
      if (duties.length === 0) this.desk.fail(new Error(t("org_desk.duties.missing")));
      else this.#act(() => session.ask(/** @type {"/v1/organisations/{code}/members/{id}"} */ (to), { method: "POST", body: { duties, reason: t("org_desk.member.save") } }));
    });
    const label = t(member.is_own ? "org_desk.member.leave" : "org_desk.member.end");
    const end = h("button", { class: "button tiny", type: "button", "data-end": member.username }, label);
    end.addEventListener("click", () => this.#act(() => session.ask(/** @type {"/v1/organisations/{code}/members/{id}/removal"} */ (`${to}/removal`), { method: "POST", body: { reason: label } }), member.is_own));
    return h(
      "li",
      { class: "card", "data-member": member.username },
      h("div", { class: "card-head" }, h("h3", {}, member.is_own ? `${member.username} ${t("org_desk.member.own")}` : member.username)),
      mayManage() ? boxes : h("p", { class: "note" }, wordsOf(member.duties)),
      h("div", { class: "buttons" }, mayManage() ? save : null, mayManage() || member.is_own ? end : null),
    );
  }

  /** @param {() => Promise<unknown>} perform @param {boolean} [isLeaving] */
  async #act(perform, isLeaving = false) {
    try {
      await perform();
      this.desk.done();
      if (isLeaving) location.reload();
      else await this.show();
    } catch (error) {
      this.desk.fail(error);
    }
  }

  async #invite() {
    const form = byId("org-invite");
    const duties = checkedIn(form);
    if (duties.length === 0) {
      tell(byId("org-invite-refused"), t("org_desk.duties.missing"));
      return;
    }
    tell(byId("org-invite-refused"), "");
    for (const button of all("button", form)) button.disabled = true;
    try {
      const body = { duties, reason: typedWords(valuesOf(form).reason) };
      const made = await this.desk.session.ask(/** @type {"/v1/organisations/{code}/invitations"} */ (`${this.desk.path()}/invitations`), { method: "POST", body });
      form.reset();
      await this.#showInvitations();
      tell(byId("invite-link"), " ");
      byId("invite-link").replaceChildren(t("org_desk.invite.done"), " ", h("code", { id: "invite-url" }, made.url));
    } catch (error) {
      tell(byId("org-invite-refused"), explainOnce(error));
    } finally {
      for (const button of all("button", form)) button.disabled = false;
    }
  }
}
