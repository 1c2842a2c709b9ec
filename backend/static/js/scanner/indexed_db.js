// One object store of IndexedDB, for pages that go on without it where the browser has none.

/**
 * What runs `work` in a transaction of the store, and gives the result of the request that `work` returns (true for none),
 * or null where the browser keeps nothing.
 * @param {string} name @param {string} storeName @param {IDBObjectStoreParameters} parameters
 */
export function openStore(name, storeName, parameters) {
  /** @type {Promise<IDBDatabase | null> | null} */
  let opening = null;
  const open = () =>
    new Promise((/** @type {(database: IDBDatabase | null) => void} */ resolve) => {
      try {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(storeName, parameters);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest | void} work @returns {Promise<any>} */
  return async (mode, work) => {
    const database = await (opening ??= open());
    if (database === null) return null;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode);
      const request = work(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request ? request.result : true);
      transaction.onabort = () => reject(transaction.error);
    });
  };
}
