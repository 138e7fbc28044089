/**
 * Controllers certificatesigningrequest-approving, -signing and -cleaner: what becomes of requests
 * for certificates.
 */
package io.felucca.controller.certificates;
