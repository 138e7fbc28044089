/** Controller token-cleaner: bootstrap tokens whose time is over. */
package io.felucca.controller.bootstrap;
