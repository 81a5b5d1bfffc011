from examples.demo.vault import open_vault


def test_secrets_are_made_once(tmp_path):
    assert open_vault(tmp_path) == open_vault(tmp_path)


def test_secrets_differ_between_installations(tmp_path):
    one, two = open_vault(tmp_path / "one"), open_vault(tmp_path / "two")
    assert one.idp_key != two.idp_key
    assert one.password != two.password


def test_only_the_owner_reads_the_secrets(tmp_path):
    open_vault(tmp_path)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
