from django.db import migrations, models


def first(apps, schema_editor):
    objects = apps.get_model("shop", "Item").objects.using(schema_editor.connection.alias)
    objects.create(name="of the migration", price=7)


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True)),
                ("price", models.IntegerField(default=1)),
            ],
        ),
        migrations.RunPython(first, migrations.RunPython.noop),
    ]
