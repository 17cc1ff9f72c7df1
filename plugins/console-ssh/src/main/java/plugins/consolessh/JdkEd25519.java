package plugins.consolessh;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PrivateKeyEntryDecoder;
import org.apache.sshd.common.config.keys.PublicKeyEntryDecoder;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;
import org.apache.sshd.common.util.security.eddsa.generic.GenericEd25519PublicKeyDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericOpenSSHEd25519PrivateKeyEntryDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericSignatureEd25519;

/**
 * Gives SSHD the JDK's Ed25519 (RFC 8032), which it does not look for: it knows only BouncyCastle's and that of
 * net.i2p.crypto, which nobody maintains and which takes signatures that RFC 8032, section 5.1.7 forbids (CVE-2020-36843).
 * Thread-safe.
 */
final class JdkEd25519 extends AbstractSecurityProviderRegistrar
        implements EdDSASupport<EdECPublicKey, EdECPrivateKey> {

    private static final int OCTETS = 32;

    private JdkEd25519() {
        super(SecurityUtils.EDDSA);
    }

    /** Before the first other class of SSHD is used. */
    static void register() {
        SecurityUtils.registerSecurityProvider(new JdkEd25519());
    }

    // -- the registrar: SSHD is to ask for keys and signatures here, and the JDK for everything
    // ------------------------

    @Override
    public boolean isSupported() {
        return true;
    }

    @Override
    public Provider getSecurityProvider() {
        return Security.getProvider("SunEC");
    }

    @Override
    public boolean isNamedProviderUsed() {
        return false;
    }

    @Override
    public boolean isSecurityEntitySupported(Class<?> entity, String name) {
        return false;
    }

    @Override
    public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
        return Optional.of(this);
    }

    // -- keys ---------------------------------------------------------------------------------------------------------

    private static KeyFactory factory() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519");
    }

    @Override
    public EdECPublicKey generateEDDSAPublicKey(byte[] octets) throws GeneralSecurityException {
        if (octets.length != OCTETS) {
            throw new InvalidKeyException("an Ed25519 key has 32 octets, not " + octets.length);
        }
        return (EdECPublicKey) factory().generatePublic(spec(octets));
    }

    /** RFC 8032, section 5.1.2: y as a little-endian number, and above it the lowest bit of x. */
    private static EdECPublicKeySpec spec(byte[] octets) {
        byte[] y = octets.clone();
        boolean odd = y[OCTETS - 1] < 0;
        y[OCTETS - 1] &= 0x7f;
        return new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, reversed(y))));
    }

    @Override
    public byte[] getPublicKeyData(EdECPublicKey key) {
        byte[] big = key.getPoint().getY().toByteArray();
        byte[] octets = new byte[OCTETS];
        for (int i = 0; i < Math.min(OCTETS, big.length); i++) {
            octets[i] = big[big.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            octets[OCTETS - 1] |= (byte) 0x80;
        }
        return octets;
    }

    private static byte[] reversed(byte[] octets) {
        byte[] reversed = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            reversed[i] = octets[octets.length - 1 - i];
        }
        return reversed;
    }

    @Override
    public EdECPrivateKey generateEDDSAPrivateKey(byte[] seed) throws GeneralSecurityException {
        return (EdECPrivateKey) factory().generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    }

    @Override
    public byte[] getPrivateKeyData(EdECPrivateKey key) throws IOException {
        return key.getBytes().orElseThrow(() -> new IOException("a key that cannot be read"));
    }

    @Override
    public EdECPublicKey recoverEDDSAPublicKey(PrivateKey key) throws GeneralSecurityException {
        if (!(key instanceof EdECPrivateKey edec) || !isEd25519(key)) {
            throw new InvalidKeyException("not an Ed25519 key");
        }
        byte[] seed = edec.getBytes().orElseThrow(() -> new InvalidKeyException("a key that cannot be read"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
        KeyPair pair = generator.generateKeyPair();
        if (!pair.getPrivate().equals(key)) {
            throw new InvalidKeyException("this JDK makes keys in another way");
        }
        return (EdECPublicKey) pair.getPublic();
    }

    /** The JDK offers no other way from the private half to the public one than to make both from the same seed. */
    private static final class Seed extends SecureRandom {

        private static final long serialVersionUID = 1;

        private final byte[] octets;

        private Seed(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(octets, 0, bytes, 0, Math.min(octets.length, bytes.length));
        }
    }

    @Override
    public KeySpec createPublicKeySpec(EdECPublicKey key) {
        return new EdECPublicKeySpec(key.getParams(), key.getPoint());
    }

    @Override
    public KeySpec createPrivateKeySpec(EdECPrivateKey key) {
        return new EdECPrivateKeySpec(key.getParams(), key.getBytes().orElseThrow());
    }

    @Override
    public int getEDDSAKeySize(Key key) {
        return isEd25519(key) ? KEY_SIZE : -1;
    }

    private static boolean isEd25519(Key key) {
        return key instanceof EdECKey edec
                && NamedParameterSpec.ED25519.getName().equals(edec.getParams().getName());
    }

    @Override
    public Class<EdECPublicKey> getEDDSAPublicKeyType() {
        return EdECPublicKey.class;
    }

    @Override
    public Class<EdECPrivateKey> getEDDSAPrivateKeyType() {
        return EdECPrivateKey.class;
    }

    @Override
    public boolean compareEDDSAPPublicKeys(PublicKey one, PublicKey other) {
        return isEd25519(one) && isEd25519(other) && one.equals(other);
    }

    @Override
    public boolean compareEDDSAPrivateKeys(PrivateKey one, PrivateKey other) {
        return isEd25519(one) && isEd25519(other) && one.equals(other);
    }

    // -- how they are written -----------------------------------------------------------------------------------------

    @Override
    public PublicKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getEDDSAPublicKeyEntryDecoder() {
        return new GenericEd25519PublicKeyDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
    }

    @Override
    public PrivateKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getOpenSSHEDDSAPrivateKeyEntryDecoder() {
        return new GenericOpenSSHEd25519PrivateKeyEntryDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
    }

    @Override
    public Signature getEDDSASigner() {
        return new GenericSignatureEd25519("Ed25519");
    }

    @Override
    public <B extends Buffer> B putRawEDDSAPublicKey(B buffer, PublicKey key) {
        buffer.putBytes(getPublicKeyData((EdECPublicKey) key));
        return buffer;
    }

    @Override
    public <B extends Buffer> B putEDDSAKeyPair(B buffer, PublicKey publicKey, PrivateKey privateKey) {
        throw new UnsupportedOperationException("for agents, which are not served");
    }

    @Override
    public String getKeyFactoryAlgorithm() {
        return "Ed25519";
    }
}
