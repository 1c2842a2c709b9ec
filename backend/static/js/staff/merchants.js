// Merchants and the devices at their tills.
import { byId, h } from "../shared/dom.js";
import { count, either, momentOf, t } from "../shared/i18n.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

/** @typedef {ItemOf<"/v1/merchants">} Merchant */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/merchants", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);

byId("desk-create").append(
  deskForm({
    summary: "ops.merchants.create",
    go: "ops.create.go",
    fields: [{ name: "code", label: "ops.code", isRequired: true, max: 64 }, ...bothLanguages(), reasonField()],
    send: async (body) => desk.show(await desk.post("/v1/merchants", body)),
    isSignedOut,
  }),
);
desk.start();

/** @param {Merchant} merchant */
function rowOf(merchant) {
  const at = `/v1/merchants/${encodeURIComponent(merchant.code)}`;
  return {
    key: merchant.code,
    title: either(merchant.name),
    chips: [merchant.code, merchant.is_open ? null : t("ops.closed")],
    facts: /** @type {[string, string][]} */ ([["ops.devices", count(merchant.devices.filter((device) => device.revoked_at === null).length)]]),
    more: [
      deskForm({
        summary: "ops.change",
        go: "ops.change.go",
        fields: [...bothLanguages(merchant.name), { name: "is_open", label: "ops.open", kind: "flag", value: merchant.is_open }, reasonField()],
        send: (body) => desk.change(at, body, merchant),
        isSignedOut,
      }),
      h("ul", { class: "plain-list" }, merchant.devices.map((device) => deviceItem(at, device))),
      deskForm({
        summary: "ops.device.create",
        go: "ops.create.go",
        fields: [{ name: "name", label: "ops.device.name", isRequired: true, max: 80 }, reasonField()],
        send: async (body) => {
          const device = await desk.post(`${at}/devices`, body);
          const fresh = { id: device.id, name: device.name, created_at: new Date().toISOString(), revoked_at: null, verifications: 0 };
          desk.show({ ...merchant, devices: [...merchant.devices, fresh] });
          desk.showOnce(t("ops.device.once", { name: device.name }), `${location.origin}/till#${device.token}`);
        },
        isSignedOut,
      }),
    ],
  };
}

/** @param {string} at @param {Merchant["devices"][number]} device */
function deviceItem(at, device) {
  const state = device.revoked_at ? t("ops.device.revoked", { at: momentOf(device.revoked_at) }) : t("ops.device.verified", { n: count(device.verifications) });
  const end = deskForm({
    summary: "ops.device.revoke",
    go: "ops.device.revoke",
    fields: [reasonField()],
    send: async (body) => desk.show(await desk.post(`${at}/devices/${device.id}/revocation`, body)),
    isSignedOut,
  });
  return h("li", {}, `${device.name} · ${state}`, device.revoked_at ? null : end);
}
