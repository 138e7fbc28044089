/** Controller pvprotection: a volume stays while a claim is bound to it. */
package io.felucca.controller.pvprotection;
