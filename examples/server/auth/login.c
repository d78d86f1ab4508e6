#include "auth/login.h"

#include <stdio.h>

#include "auth/lockout.h"

/* Room for what is guessed at: a word, and an address of e-mail or of a host. */
#define SUBJECT_TEXT 512

static srv_login_result result_of(srv_verdict verdict, srv_login_result no)
{
    return verdict == SRV_YES ? SRV_LOGIN_DONE : verdict == SRV_NO ? no : SRV_LOGIN_FAULT;
}

srv_login_result srv_login_result_of(srv_verdict verdict)
{
    return result_of(verdict, SRV_LOGIN_WRONG);
}

static void name_subject(char subject[SUBJECT_TEXT], const char *kind, const char *name)
{
    snprintf(subject, SUBJECT_TEXT, "%s:%.500s", kind, name);
}

/*
 * Whose password is guessed: an organization's users alone, as else who has a user of this address in an organization
 * of his own would log in there to begin to count anew.
 */
static void name_user(char name[SUBJECT_TEXT], const char *organization, const char *email)
{
    snprintf(name, SUBJECT_TEXT, "%s %s", organization != NULL ? organization : "", email);
}

static srv_login_result count(srv_auth_db *db, const char *kind, const char *name, int64_t free,
                              int64_t now_ms, int64_t *wait_ms)
{
    char subject[SUBJECT_TEXT];
    name_subject(subject, kind, name);
    return result_of(srv_guess(db, subject, free, now_ms, wait_ms), SRV_LOGIN_WAIT);
}

static srv_login_result forget(srv_auth_db *db, const char *kind, const char *name)
{
    char subject[SUBJECT_TEXT];
    name_subject(subject, kind, name);
    return result_of(srv_guess_right(db, subject), SRV_LOGIN_FAULT);
}

static srv_login_result check_password(srv_auth_db *db, const srv_credentials *user,
                                       const char *name, const char *password)
{
    const char *digest = user != NULL && user->password[0] != '\0' ? user->password : NULL;
    if (!srv_password_is(digest, password)) {
        return SRV_LOGIN_WRONG;
    }
    return forget(db, "user", name);
}

static srv_login_result check_code(srv_auth_db *db, const srv_login *login,
                                   const srv_credentials *user, int64_t now_ms, int64_t *wait_ms)
{
    if (!user->second_factor) {
        return SRV_LOGIN_DONE;
    }
    if (login->code == NULL && login->recovery_code == NULL) {
        return SRV_LOGIN_NEEDS_CODE;
    }
    srv_login_result counted = count(db, "code", user->uuid, SRV_FREE_GUESSES, now_ms, wait_ms);
    if (counted != SRV_LOGIN_DONE) {
        return counted;
    }
    srv_verdict verdict = login->code != NULL
                              ? srv_totp_check(db, user->uuid, login->code, now_ms)
                              : srv_recovery_check(db, user->uuid, login->recovery_code);
    return verdict == SRV_YES ? forget(db, "code", user->uuid)
                              : result_of(verdict, SRV_LOGIN_WRONG);
}

/*
 * Whether it is clear which user is meant. Asked once a password was right, and of one user alone, whichever was found:
 * an outsider does not learn, nor from how long it takes, that an address is known to several organizations.
 */
static srv_login_result check_organization(srv_auth_db *db, const srv_login *login,
                                           const char *email)
{
    if (login->organization != NULL) {
        return SRV_LOGIN_DONE;
    }
    srv_verdict several = srv_credentials_several(db, email);
    return several == SRV_YES  ? SRV_LOGIN_NEEDS_ORGANIZATION
           : several == SRV_NO ? SRV_LOGIN_DONE
                               : SRV_LOGIN_FAULT;
}

/* Password, organization, second factor, of a guess that has been counted. */
static srv_login_result check_proofs(srv_auth_db *db, const srv_login *login, const char *email,
                                     const char *name, int64_t now_ms, srv_credentials *found,
                                     int64_t *wait_ms)
{
    srv_verdict known = srv_credentials_by_email(db, login->organization, email, found);
    if (known == SRV_FAULT) {
        return SRV_LOGIN_FAULT;
    }
    srv_login_result result =
        check_password(db, known == SRV_YES ? found : NULL, name, login->password);
    if (result == SRV_LOGIN_DONE) {
        result = check_organization(db, login, email);
    }
    return result == SRV_LOGIN_DONE ? check_code(db, login, found, now_ms, wait_ms) : result;
}

srv_login_result srv_login_check(srv_auth_db *db, const srv_login *login, int64_t now_ms,
                                 srv_credentials *found, int64_t *wait_ms)
{
    char email[SRV_EMAIL_TEXT];
    char name[SUBJECT_TEXT];
    if (!srv_email_fold(login->email, email)) {
        return SRV_LOGIN_WRONG;
    }
    name_user(name, login->organization, email);
    srv_login_result result =
        count(db, "from", login->client, SRV_FREE_GUESSES_OF_ADDRESS, now_ms, wait_ms);
    if (result == SRV_LOGIN_DONE) {
        result = count(db, "user", name, SRV_FREE_GUESSES, now_ms, wait_ms);
    }
    if (result == SRV_LOGIN_DONE) {
        result = check_proofs(db, login, email, name, now_ms, found, wait_ms);
    }
    if (result == SRV_LOGIN_DONE || result == SRV_LOGIN_NEEDS_CODE ||
        result == SRV_LOGIN_NEEDS_ORGANIZATION) {
        char subject[SUBJECT_TEXT];
        name_subject(subject, "from", login->client);
        if (srv_guess_undo(db, subject) != SRV_YES) {
            return SRV_LOGIN_FAULT;
        }
    }
    return result;
}

srv_login_result srv_login_confirm(srv_auth_db *db, const srv_credentials *user,
                                   const char *password, int64_t now_ms, int64_t *wait_ms)
{
    char name[SUBJECT_TEXT];
    name_user(name, user->organization, user->email);
    srv_login_result result = count(db, "user", name, SRV_FREE_GUESSES, now_ms, wait_ms);
    return result == SRV_LOGIN_DONE ? check_password(db, user, name, password) : result;
}

srv_login_result srv_login_add_factor(srv_auth_db *db, const char *uuid, const char *code,
                                      int64_t now_ms,
                                      char codes[SRV_RECOVERY_CODES][SRV_RECOVERY_TEXT],
                                      int64_t *wait_ms)
{
    srv_login_result result = count(db, "code", uuid, SRV_FREE_GUESSES, now_ms, wait_ms);
    if (result != SRV_LOGIN_DONE) {
        return result;
    }
    srv_verdict verdict = srv_totp_confirm(db, uuid, code, now_ms, codes);
    return verdict == SRV_YES ? forget(db, "code", uuid) : result_of(verdict, SRV_LOGIN_WRONG);
}
