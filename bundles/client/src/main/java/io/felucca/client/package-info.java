/**
 * The clients and informers of this process. They call the API server of the same process directly,
 * through the same authorization and admission as everybody else, and survive its replacement.
 */
package io.felucca.client;
