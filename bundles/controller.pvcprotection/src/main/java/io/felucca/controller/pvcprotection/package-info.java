/** Controller pvcprotection: a claim stays while pods use it. */
package io.felucca.controller.pvcprotection;
