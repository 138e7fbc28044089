/** Encryption at rest: a store before the store, which sees only what may be seen. */
package io.felucca.storage.encryption;
