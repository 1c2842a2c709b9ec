// What was scanned offline, kept in IndexedDB until the server has it; in memory where the browser has none.
const STORE = "scans";

let opening = null;
const inMemory = new Map();

function open() {
  opening ??= new Promise((resolve) => {
    let asked;
    try {
      asked = indexedDB.open("tianfu-scanner", 1);
    } catch {
      resolve(null);
      return;
    }
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  });
  return opening;
}

async function within(mode, work) {
  const database = await open();
  if (database === null) return null;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked?.result ?? true);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** crypto.randomUUID is missing on plain-http addresses. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export async function put(scan) {
  if ((await within("readwrite", (store) => store.put(scan))) === null) inMemory.set(scan.id, scan);
}

export async function remove(ids) {
  const isDone = await within("readwrite", (store) => {
    for (const id of ids) store.delete(id);
  });
  if (isDone === null) for (const id of ids) inMemory.delete(id);
}

/** What a device scanned and nobody has yet, in the order in which it was scanned. */
export async function of(deviceId) {
  const all = (await within("readonly", (store) => store.getAll())) ?? [...inMemory.values()];
  return all.filter((scan) => scan.device_id === deviceId).sort((one, other) => (one.at_device < other.at_device ? -1 : 1));
}

export async function length() {
  return (await within("readonly", (store) => store.count())) ?? inMemory.size;
}
