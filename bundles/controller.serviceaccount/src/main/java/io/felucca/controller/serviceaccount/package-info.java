/** Controller serviceaccount: every live namespace has the ServiceAccount {@code default}. */
package io.felucca.controller.serviceaccount;
