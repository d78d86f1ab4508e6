/**
 * @file test_keys.h
 * Keys for tests, as PEM. The first two pairs are those of RFC 8032, 7.1, tests 1 and 2; the others
 * were made with `openssl genpkey` for this file. None of them protects anything.
 */
#ifndef LSC_TESTS_TEST_KEYS_H
#define LSC_TESTS_TEST_KEYS_H

#define PRIVATE_KEY(base64) "-----BEGIN PRIVATE KEY-----\n" base64 "\n-----END PRIVATE KEY-----\n"
#define PUBLIC_KEY(base64) "-----BEGIN PUBLIC KEY-----\n" base64 "\n-----END PUBLIC KEY-----\n"

#define KEY_1_PRIVATE \
    PRIVATE_KEY("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")
#define KEY_1_PUBLIC PUBLIC_KEY("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
#define KEY_2_PRIVATE \
    PRIVATE_KEY("MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7")
#define KEY_2_PUBLIC PUBLIC_KEY("MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=")

/** The first, by `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 16 -passout pass:leads`. */
#define KEY_1_ENCRYPTED                                                  \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                            \
    "MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAj1EtDQ/giLKgIBEDAM\n" \
    "BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQHI8rUNbH8rpuhGFqFQdTOwRAeHcv\n" \
    "6uuLF4rVCFI493a+SX/OqkFCeJ8rzwGeM4/pSwCFVey67JlzE5EKaG7r2IyDMhW+\n" \
    "YmqF1RwFXj+iyefWwg==\n"                                             \
    "-----END ENCRYPTED PRIVATE KEY-----\n"
#define KEY_1_PASSPHRASE "leads"

#define X25519_PRIVATE \
    PRIVATE_KEY("MC4CAQAwBQYDK2VuBCIEIBAeYqDSQwjcJrKLRolRX+EipNgo/f0lBlI9otca0KB6")
#define X25519_PUBLIC PUBLIC_KEY("MCowBQYDK2VuAyEAejUMjUb48+CXdPNp56YXAdcj7ZN6PqVaGECq3ELl4Eo=")
#define RSA_PUBLIC                                                                  \
    PUBLIC_KEY("MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAJmeDyipr8wgfMhh3QKIBcGeMioQLYdo\n" \
               "1/C44ioRGYJOTus1dYwvOYVdcJhIlmpb+7zNYs1gHUcAKJEMWfMlvd8CAwEAAQ==")
#define EC_PRIVATE                                                       \
    "-----BEGIN EC PRIVATE KEY-----\n"                                   \
    "MHcCAQEEIAcdIIQbgrNdnS/sHi716D+DAlPKzx1NV8RPt/jdXrGXoAoGCCqGSM49\n" \
    "AwEHoUQDQgAExt/8IK1rjx8i1WeNZd87o2djDO+hQ+i3O5PrwHAY9CmVxokV5Egp\n" \
    "K2wbzUpem20TFUQR9WwRUCT9Ik2iIywXsw==\n"                             \
    "-----END EC PRIVATE KEY-----\n"

#endif
