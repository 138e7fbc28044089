/**
 * The cluster's certificate authority: makes keys and certificates at first start, keeps them on
 * disk, renews what runs out, and shows them to the other parts.
 */
package io.felucca.pki;
