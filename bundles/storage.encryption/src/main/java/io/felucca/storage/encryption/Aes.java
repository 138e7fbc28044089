package io.felucca.storage.encryption;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES with one key, in upstream's form: prefix with the key's name, a nonce, what was encrypted. In
 * GCM the place of the value is part of what is authenticated. A random nonce of 96 bits asks for
 * another key after some 2^32 writes.
 */
final class Aes implements Provider {

    /** How blocks are put together; with upstream's names. */
    enum Mode {
        GCM("aesgcm", "AES/GCM/NoPadding", 12),
        CBC("aescbc", "AES/CBC/PKCS5Padding", 16);

        private final String provider;
        private final String transformation;
        private final int nonceBytes;

        Mode(String provider, String transformation, int nonceBytes) {
            this.provider = provider;
            this.transformation = transformation;
            this.nonceBytes = nonceBytes;
        }
    }

    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Mode mode;
    private final SecretKey secret;
    private final byte[] prefix;

    /**
     * @param secret of 16, 24 or 32 bytes
     */
    Aes(Mode mode, String keyName, byte[] secret) {
        this.mode = mode;
        this.secret = new SecretKeySpec(secret, "AES");
        this.prefix =
                ("k8s:enc:" + mode.provider + ":v1:" + keyName + ":")
                        .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean wrote(byte[] stored) {
        return Provider.startsWith(stored, prefix);
    }

    @Override
    public byte[] seal(String key, byte[] plain) {
        byte[] nonce = new byte[mode.nonceBytes];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, parameters(nonce, 0), key);
            int head = prefix.length + nonce.length;
            byte[] sealed = new byte[head + cipher.getOutputSize(plain.length)];
            System.arraycopy(prefix, 0, sealed, 0, prefix.length);
            System.arraycopy(nonce, 0, sealed, prefix.length, nonce.length);
            cipher.doFinal(plain, 0, plain.length, sealed, head);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + mode.transformation, e);
        }
    }

    @Override
    public byte[] open(String key, byte[] stored) throws SealBroken {
        int head = prefix.length + mode.nonceBytes;
        if (stored.length < head) {
            throw new SealBroken("the value at " + key + " is cut short", null);
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, parameters(stored, prefix.length), key)
                    .doFinal(stored, head, stored.length - head);
        } catch (GeneralSecurityException e) {
            throw new SealBroken("the value at " + key + " can't be decrypted with its key", e);
        }
    }

    private Cipher cipher(int direction, AlgorithmParameterSpec parameters, String key)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(mode.transformation);
        cipher.init(direction, secret, parameters);
        if (mode == Mode.GCM) {
            cipher.updateAAD(key.getBytes(StandardCharsets.UTF_8));
        }
        return cipher;
    }

    private AlgorithmParameterSpec parameters(byte[] from, int offset) {
        return mode == Mode.GCM
                ? new GCMParameterSpec(TAG_BITS, from, offset, mode.nonceBytes)
                : new IvParameterSpec(from, offset, mode.nonceBytes);
    }
}
